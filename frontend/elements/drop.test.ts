import { describe, expect, it } from "vitest";

import { complaint, size } from "./drop.ts";

describe("complaint", () => {
  document.body.innerHTML = `<template id="sk-words" data-file-type="only {types}" data-file-too-large="over {n} MB"></template>`;

  it("refuses another type and a file that is too large", () => {
    expect(complaint({ name: "a.exe", size: 1 }, [".xlsx", ".csv"], 50)).toBe("only .xlsx .csv");
    expect(complaint({ name: "a.csv", size: 50_000_001 }, [".csv"], 50)).toBe("over 50 MB");
  });

  it("takes what fits, whatever the case of its ending, and anything without limits", () => {
    expect(complaint({ name: "项目.XLSX", size: 50_000_000 }, [".xlsx"], 50)).toBe("");
    expect(complaint({ name: "a.bin", size: 9e9 }, [], 0)).toBe("");
  });
});

describe("size", () => {
  it("uses kB under a million bytes, MB above", () => {
    expect(size(12)).toBe("1 kB");
    expect(size(999_400)).toBe("999 kB");
    expect(size(4_210_000)).toBe("4.2 MB");
  });
});
