/**
 * The map's frames where no graphics card draws them: shown once they are done.
 *
 * A browser that puts pages together without a card reads each frame back before it shows the page, and the page's
 * thread waits for it: 150 ms and more on two cores, at every step of a drag. Here a frame is read back when it is
 * done, nobody waits for it, and it is shown on a plain canvas over the map's own, which stays for pointer and keys.
 * The next frame is drawn after it.
 */
import type { Map as LibreMap } from "maplibre-gl";

const LOOK_AGAIN_MS = 4;
/** What drivers that draw with the processor call themselves. */
const BY_PROCESSOR = /swiftshader|llvmpipe|softpipe|software|basic render/i;

export class Frames {
  private readonly picture = document.createElement("canvas");
  private readonly read: WebGLBuffer | null;
  private image = new ImageData(1, 1);
  private sync: WebGLSync | null = null;
  private isWanted = false;
  private waiting: (() => void)[] = [];
  private readonly ask: () => void;

  private constructor(
    private readonly map: LibreMap,
    private readonly gl: WebGL2RenderingContext,
  ) {
    this.read = gl.createBuffer();
    this.ask = map.triggerRepaint.bind(map);
    map.triggerRepaint = () => {
      map.getCanvasContainer().classList.add("drawing");
      if (this.sync) this.isWanted = true;
      else this.ask();
    };
    this.picture.className = "mframe";
    map.getCanvas().after(this.picture);
    map.getCanvasContainer().classList.add("framed");
    map.on("render", () => this.drawn());
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

  /** Resolved once what was drawn last is shown. */
  shown(): Promise<void> {
    return this.sync ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
  }

  /** Have the frame that was just drawn read back. */
  private drawn(): void {
    const { gl } = this;
    if (this.sync) gl.deleteSync(this.sync); // drawn out of turn: only the newest is shown
    const isFirst = !this.sync;
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
    if (!this.isWanted) return this.map.getCanvasContainer().classList.remove("drawing"); // what waits for the map looks here
    this.isWanted = false;
    this.ask();
  }

  private end(): void {
    this.sync = null;
    this.done();
    this.picture.remove();
  }
}
