/**
 * The map's frames where no graphics card draws them: shown once they are done.
 *
 * A browser that puts pages together without a card reads each frame back before it shows the page, and the page's
 * thread waits for it: 150 ms and more on two cores, at every step of a drag. Here a frame is read back when it is
 * done, nobody waits for it, and it is shown on a plain canvas over the map's own, which stays for pointer and keys.
 * The next frame is drawn after it.
 *
 * Frames that follow one another would also hold every core for as long as the map moves, and whatever else the page
 * does would wait for one. So while it moves the last frame moves with it, and the next is drawn when the cores have
 * been left alone for a while, or where the map comes to rest, as soon as the tiles are there that it needs.
 */
import type { LngLat, Map as LibreMap } from "maplibre-gl";

const LOOK_AGAIN_MS = 4;
/** How long the processors are left to the page while the map moves, as a multiple of what the last frame took. */
const REST = 3;
/** How long a frame waits for the tiles that a move brought into view. */
const TILES_MS = 300;
/** What drivers that draw with the processor call themselves. */
const BY_PROCESSOR = /swiftshader|llvmpipe|softpipe|software|basic render/i;

interface Place {
  middle: LngLat;
  zoom: number;
}

export class Frames {
  private readonly picture = document.createElement("canvas");
  private readonly read: WebGLBuffer | null;
  private image = new ImageData(1, 1);
  private sync: WebGLSync | null = null;
  private isWanted = false;
  private waiting: (() => void)[] = [];
  private asked = 0;
  private resting = 0;
  private begunAt = 0;
  private dueAt = 0;
  private hasMoved = false;
  private tilesDueAt = 0;
  private isLeft = false;
  private readonly asIs: () => void;
  private drawnOf: Place;
  private shownOf: Place;

  private constructor(
    private readonly map: LibreMap,
    private readonly gl: WebGL2RenderingContext,
  ) {
    this.read = gl.createBuffer();
    this.drawnOf = this.shownOf = this.place;
    this.asIs = map.triggerRepaint.bind(map);
    map.triggerRepaint = () => this.ask();
    this.picture.className = "mframe";
    map.getCanvas().after(this.picture);
    map.getCanvasContainer().classList.add("framed");
    const draw = map.painter.render.bind(map.painter);
    map.painter.render = (...all) => {
      this.isLeft = this.leaves();
      if (!this.isLeft) draw(...all);
    };
    map.on("render", this.rendered);
    map.once("remove", () => this.end());
    map.getCanvas().addEventListener("webglcontextlost", () => this.end());
  }

  private readonly rendered = (): void => {
    if (!this.isLeft) this.drawn();
  };

  /** Return what shows a map's frames, or null where its browser shows them itself without waiting. */
  static of(map: LibreMap): Frames | null {
    const gl = map.getCanvas().getContext("webgl2");
    if (!gl) return null;
    const unmasked = gl.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER;
    return BY_PROCESSOR.test(String(gl.getParameter(unmasked))) ? new Frames(map, gl) : null;
  }

  /** Resolved once what was drawn last is shown. */
  shown(): Promise<void> {
    return this.sync ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
  }

  private ask(): void {
    this.map.getCanvasContainer().classList.add("drawing"); // what waits for the map looks here
    this.asked ||= requestAnimationFrame(() => this.step());
  }

  /** Move the map as it is asked to, and draw it, or have the last frame follow it where that is not due. */
  private step(): void {
    const { map } = this;
    this.asked = 0;
    map._renderTaskQueue.run();
    this.follow();
    window.clearTimeout(this.resting);
    if (this.sync) {
      this.isWanted = true;
      return;
    }
    if (this.early <= 0) map.redraw();
    const { early } = this;
    if (early > 0) this.resting = window.setTimeout(() => this.ask(), early);
  }

  /** How many milliseconds too early it is for a frame. */
  private get early(): number {
    const now = performance.now();
    const isMoving = this.map.isMoving();
    this.hasMoved ||= isMoving;
    if (isMoving && now < this.dueAt) return this.dueAt - now;
    return this.tilesDueAt && !this.map.areTilesLoaded() ? this.tilesDueAt - now : 0;
  }

  /** Whether a frame for which everything is ready is not drawn yet: the tiles that it needs were just asked for. */
  private leaves(): boolean {
    if (this.hasMoved && !this.tilesDueAt && !this.map.areTilesLoaded()) {
      this.tilesDueAt = performance.now() + TILES_MS;
      return true;
    }
    this.tilesDueAt = 0;
    this.hasMoved = this.map.isMoving();
    return false;
  }

  /** The place in the middle of the map, and its zoom. */
  private get place(): Place {
    const { map } = this;
    const { clientWidth, clientHeight } = map.getContainer();
    return { middle: map.unproject([clientWidth / 2, clientHeight / 2]), zoom: map.getZoom() };
  }

  /** Lay the frame that is shown where the map is now. */
  private follow(): void {
    const { map, picture, shownOf } = this;
    const { clientWidth, clientHeight } = map.getContainer();
    const round = Math.round((map.getCenter().lng - shownOf.middle.lng) / 360);
    const { x, y } = map.project([shownOf.middle.lng + round * 360, shownOf.middle.lat]);
    const scale = 2 ** (map.getZoom() - shownOf.zoom);
    picture.style.transform = `translate(${(x - clientWidth / 2).toFixed(2)}px, ${(y - clientHeight / 2).toFixed(2)}px) scale(${scale}, ${-scale})`;
  }

  /** Have the frame that was just drawn read back. */
  private drawn(): void {
    const { gl } = this;
    if (this.sync) gl.deleteSync(this.sync); // drawn out of turn: only the newest is shown
    const isFirst = !this.sync;
    this.begunAt = performance.now();
    this.drawnOf = this.place;
    const [width, height] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, this.read);
    gl.bufferData(gl.PIXEL_PACK_BUFFER, width * height * 4, gl.STREAM_READ);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, 0);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    this.sync = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    if (this.image.width !== width || this.image.height !== height) this.image = new ImageData(width, height);
    if (isFirst) this.look();
  }

  private look(): void {
    const { gl, sync } = this;
    if (!sync) return;
    if (gl.clientWaitSync(sync, 0, 0) === gl.TIMEOUT_EXPIRED) return void setTimeout(() => this.look(), LOOK_AGAIN_MS);
    gl.deleteSync(sync);
    this.sync = null;
    this.show();
    this.shownOf = this.drawnOf;
    this.follow();
    const now = performance.now();
    this.dueAt = now + REST * (now - this.begunAt);
    this.done();
  }

  private show(): void {
    const { gl, picture, image } = this;
    const { width, height } = image;
    const pen = picture.getContext("2d", { alpha: false });
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, this.read);
    gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, image.data);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    if (picture.width !== width || picture.height !== height) [picture.width, picture.height] = [width, height];
    pen?.putImageData(image, 0, 0);
  }

  private done(): void {
    const waiting = this.waiting.splice(0);
    for (const resolve of waiting) resolve();
    if (this.isWanted) this.ask();
    else if (!this.asked) this.map.getCanvasContainer().classList.remove("drawing");
    this.isWanted = false;
  }

  private end(): void {
    const { map } = this;
    this.sync = null;
    this.isWanted = false;
    window.clearTimeout(this.resting);
    window.cancelAnimationFrame(this.asked);
    this.asked = 0;
    this.done();
    this.picture.remove();
    map.getCanvasContainer().classList.remove("framed");
    map.off("render", this.rendered);
    map.triggerRepaint = this.asIs; // its painter is made anew
  }
}
