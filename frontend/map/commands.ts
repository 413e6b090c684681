/**
 * A queue before a WebGL context: what is drawn is given to the driver in portions.
 *
 * Where the processor draws, a frame that is given at once holds every core until it is done. What asks or makes
 * something is answered at once; all else keeps its order, and while something is queued whatever comes is queued too.
 */

type Call = (...given: unknown[]) => unknown;

// Asks, makes, or prepares a program; and what those say to the driver themselves who take the portions.
const AT_ONCE = /^(create|get|is|check|shader|compile|attach|detach|link|validate|bindAttrib|fence|clientWait|wait|deleteSync|flush|finish|make|constructor)/;
// What a portion takes of two cores at most, about, and what its calls take: measured with SwiftShader.
const PORTION_MS = 10;
const DRAW_MS = 0.7;
const INDICES_PER_MS = 6000;

export class Commands {
  private readonly queue: [Call, unknown[]][] = [];
  private readonly names: string[] = [];
  private isRecording = false;

  constructor(private readonly gl: WebGL2RenderingContext) {
    const prototype = Object.getPrototypeOf(gl) as object;
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof value === "function" && !AT_ONCE.test(name)) this.put(name, value as Call);
    }
  }

  private put(name: string, call: Call): void {
    this.names.push(name);
    const { gl, queue } = this;
    // Whoever calls may fill the same small array anew for its next call.
    const isFilledAnew = name.startsWith("uniform") || name === "bufferSubData";
    Reflect.set(gl, name, (...given: unknown[]) => {
      if (!this.isRecording && !queue.length) return call.apply(gl, given);
      return void queue.push([call, isFilledAnew ? given.map(copied) : given]);
    });
  }

  /** Queue whatever is called meanwhile. */
  record(draw: () => void): void {
    this.isRecording = true;
    try {
      draw();
    } finally {
      this.isRecording = false;
    }
  }

  /** Give the driver the next portion; false where that was the last. */
  give(): boolean {
    const { gl, queue } = this;
    const { drawElements, drawArrays } = Object.getPrototypeOf(gl) as Record<string, Call>;
    let [given, took] = [0, 0];
    while (given < queue.length && took < PORTION_MS) {
      const [call, all] = queue[given++] as [Call, unknown[]];
      call.apply(gl, all);
      if (call === drawElements) took += DRAW_MS + Number(all[1]) / INDICES_PER_MS;
      else if (call === drawArrays) took += DRAW_MS + Number(all[2]) / INDICES_PER_MS;
    }
    queue.splice(0, given);
    return queue.length > 0;
  }

  /** Leave the context as it was; what is queued is lost. */
  end(): void {
    this.queue.length = 0;
    for (const name of this.names) Reflect.deleteProperty(this.gl, name);
  }
}

function copied(value: unknown): unknown {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? (value as Float32Array).slice() : value;
}
