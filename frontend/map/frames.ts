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
 * been left alone for a while, or where the map comes to rest, as soon as the tiles are there that it needs. And a
 * frame is given to the driver in portions, each when the one before is done: what else the page does waits for one
 * portion at most.
 */
import type { LngLat, Map as LibreMap } from "maplibre-gl";

import { Commands } from "./commands.ts";

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
  private readonly commands: Commands;
  private readonly ground: Ground;
  private image = new ImageData(1, 1);
  private isLeft = false;
  private sync: WebGLSync | null = null;
  private isWanted = false;
  private waiting: (() => void)[] = [];
  private asked = 0;
  private resting = 0;
  private drawing = 0;
  private begunAt = 0;
  private dueAt = 0;
  private hasMoved = false;
  private tilesDueAt = 0;
  private readonly asIs: () => void;
  private drawnOf: Place;
  private shownOf: Place;

  private constructor(
    private readonly map: LibreMap,
    private readonly gl: WebGL2RenderingContext,
  ) {
    this.read = gl.createBuffer();
    this.commands = new Commands(gl);
    this.ground = new Ground(gl);
    this.drawnOf = this.shownOf = this.place;
    this.asIs = map.triggerRepaint.bind(map);
    map.triggerRepaint = () => this.ask();
    this.picture.className = "mframe";
    map.getCanvas().after(this.picture);
    map.getCanvasContainer().classList.add("framed");
    const draw = map.painter.render.bind(map.painter);
    map.painter.render = (...all) => {
      if (!this.leaves()) this.begin(() => draw(...all));
    };
    map.once("remove", () => this.end());
    map.getCanvas().addEventListener("webglcontextlost", () => this.end());
  }

  /** Return what shows a map's frames, or null where its browser shows them itself without waiting. */
  static of(map: LibreMap): Frames | null {
    const gl = map.getCanvas().getContext("webgl2");
    if (!gl) return null;
    const unmasked = gl.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER;
    return BY_PROCESSOR.test(String(gl.getParameter(unmasked))) ? new Frames(map, gl) : null;
  }

  /** Resolved once what there is to draw is shown. */
  shown(): Promise<void> {
    const isBusy = this.map.getCanvasContainer().classList.contains("drawing");
    return isBusy ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
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
    if (this.sync) this.isWanted = true;
    else this.drawSoon();
  }

  /** Draw as soon as it is due, and never in the midst of a frame of the page: the rest of that would wait for it. */
  private drawSoon(): void {
    window.clearTimeout(this.resting);
    const { early } = this;
    if (early > 0) this.resting = window.setTimeout(() => this.ask(), early);
    else
      this.drawing ||= window.setTimeout(() => {
        this.drawing = 0;
        this.map.redraw();
      });
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
      this.drawSoon();
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

  /** Queue a frame and have its first portion drawn. */
  private begin(draw: () => void): void {
    const isFirst = !this.sync; // one that is drawn out of turn follows the one that is under way
    this.begunAt = performance.now();
    this.drawnOf = this.place;
    this.commands.record(() => {
      this.ground.fit();
      draw();
    });
    if (isFirst) {
      this.next();
      this.look();
    } else this.isLeft = true;
  }

  /** Have the next portion drawn; after the last one the frame is read back. */
  private next(): void {
    const { gl } = this;
    this.isLeft = this.commands.give();
    if (!this.isLeft) this.readBack();
    gl.deleteSync(this.sync);
    this.sync = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
  }

  private readBack(): void {
    const { gl } = this;
    const [width, height] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, this.read);
    gl.bufferData(gl.PIXEL_PACK_BUFFER, width * height * 4, gl.STREAM_READ);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, 0);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    if (this.image.width !== width || this.image.height !== height) this.image = new ImageData(width, height);
  }

  private look(): void {
    const { gl, sync } = this;
    if (!sync) return;
    const isDone = gl.clientWaitSync(sync, 0, 0) !== gl.TIMEOUT_EXPIRED;
    if (isDone && this.isLeft) this.next();
    else if (isDone) return this.finish();
    setTimeout(() => this.look(), LOOK_AGAIN_MS);
  }

  private finish(): void {
    this.gl.deleteSync(this.sync);
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
    else if (!this.asked && !this.drawing) this.map.getCanvasContainer().classList.remove("drawing");
    this.isWanted = false;
  }

  private end(): void {
    const { map } = this;
    this.sync = null;
    this.isWanted = false;
    window.clearTimeout(this.resting);
    window.clearTimeout(this.drawing);
    window.cancelAnimationFrame(this.asked);
    this.asked = this.drawing = 0;
    this.done();
    this.commands.end();
    this.picture.remove();
    map.getCanvasContainer().classList.remove("framed");
    map.triggerRepaint = this.asIs; // its painter is made anew
  }
}

/** What frames are drawn on instead of the map's canvas, which a browser may empty between two portions. */
class Ground {
  private readonly frame: WebGLFramebuffer | null;
  private readonly colours: WebGLRenderbuffer | null;
  private readonly depths: WebGLRenderbuffer | null;
  private size = "";

  constructor(private readonly gl: WebGL2RenderingContext) {
    [this.frame, this.colours, this.depths] = [gl.createFramebuffer(), gl.createRenderbuffer(), gl.createRenderbuffer()];
    const bind = gl.bindFramebuffer.bind(gl);
    gl.bindFramebuffer = (target, frame) => bind(target, frame ?? this.frame);
  }

  /** Make it as large as the canvas. */
  fit(): void {
    const { gl } = this;
    const [width, height] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    if (this.size === `${width} ${height}`) return;
    this.size = `${width} ${height}`;
    for (const [kind, place, buffer] of [
      [gl.RGBA8, gl.COLOR_ATTACHMENT0, this.colours],
      [gl.DEPTH24_STENCIL8, gl.DEPTH_STENCIL_ATTACHMENT, this.depths],
    ] as const) {
      gl.bindRenderbuffer(gl.RENDERBUFFER, buffer);
      gl.renderbufferStorage(gl.RENDERBUFFER, kind, width, height);
      gl.framebufferRenderbuffer(gl.FRAMEBUFFER, place, gl.RENDERBUFFER, buffer);
    }
    gl.bindRenderbuffer(gl.RENDERBUFFER, null);
  }
}
