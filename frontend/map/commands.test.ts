import { expect, it } from "vitest";

import { Commands } from "./commands.ts";

/** A context that writes down what reaches the driver. */
function contextOf() {
  const heard: unknown[][] = [];
  const hears =
    (name: string, answer?: unknown) =>
    (...given: unknown[]) => {
      heard.push([name, ...given]);
      return answer;
    };
  const methods = Object.fromEntries(["useProgram", "uniform4fv", "bufferData", "bufferSubData", "drawElements", "drawArrays", "deleteBuffer"].map((name) => [name, hears(name)]));
  const gl = Object.create({ ...methods, createBuffer: hears("createBuffer", "a buffer"), getUniformLocation: hears("getUniformLocation", "a place") });
  return { gl, commands: new Commands(gl as WebGL2RenderingContext), heard };
}

it("keeps the order of what is recorded, answers questions at once, and queues what comes meanwhile", () => {
  const { gl, commands, heard } = contextOf();
  gl.useProgram("before");
  expect(heard).toEqual([["useProgram", "before"]]);
  commands.record(() => {
    gl.useProgram("one");
    expect([gl.createBuffer(), gl.getUniformLocation("one", "u")]).toEqual(["a buffer", "a place"]);
    gl.drawElements(0, 60_000, 0, 0);
    gl.drawArrays(0, 0, 6);
  });
  expect(heard.slice(1)).toEqual([["createBuffer"], ["getUniformLocation", "one", "u"]]);
  gl.deleteBuffer("of a tile that is gone"); // its draw may still be to come
  heard.length = 0;
  expect(commands.give()).toBe(true);
  expect(heard).toEqual([
    ["useProgram", "one"],
    ["drawElements", 0, 60_000, 0, 0],
  ]);
  expect(commands.give()).toBe(false);
  expect(heard.slice(2)).toEqual([
    ["drawArrays", 0, 0, 6],
    ["deleteBuffer", "of a tile that is gone"],
  ]);
  gl.deleteBuffer("another");
  expect(heard.at(-1)).toEqual(["deleteBuffer", "another"]);
});

it("keeps what small arrays hold when they are given, and copies no large ones", () => {
  const { gl, commands, heard } = contextOf();
  const [four, many] = [new Float32Array([1, 2, 3, 4]), new Float32Array(100_000)];
  commands.record(() => {
    gl.uniform4fv("a", four);
    four.fill(5);
    gl.bufferSubData(0, 0, four);
    four.fill(6);
    gl.bufferData(0, many, 0);
  });
  commands.give();
  const given = heard.map((call) => call.find(ArrayBuffer.isView));
  expect(given.slice(0, 2)).toEqual([new Float32Array([1, 2, 3, 4]), new Float32Array([5, 5, 5, 5])]);
  expect(given[2]).toBe(many);
});

it("lets go of its context, and records on where a drawing failed", () => {
  const { gl, commands, heard } = contextOf();
  const fail = () =>
    commands.record(() => {
      gl.useProgram("one");
      throw new Error("no");
    });
  expect(fail).toThrow("no");
  expect(heard).toEqual([]);
  expect(commands.give()).toBe(false);
  expect(heard).toEqual([["useProgram", "one"]]);
  commands.record(() => gl.useProgram("lost"));
  commands.end();
  expect(Object.keys(gl)).toEqual([]);
  gl.useProgram("after");
  expect(heard.at(-1)).toEqual(["useProgram", "after"]);
  expect(heard).toHaveLength(2);
});
