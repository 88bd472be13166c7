// Adam in float64, and what answers test vectors with it:
//
//     node adam.js adam-float64.json > answers.json
//
// With the argument "wrong" after the file, the step counter is 2 at the first update.
"use strict";
const fs = require("fs");
const path = require("path");

class Adam {
  constructor(theta) {
    this.theta = theta;
    this.m = theta.map(() => 0);
    this.v = theta.map(() => 0);
    this.t = process.argv[3] === "wrong" ? 1 : 0;
  }

  step(g, { alpha, beta1, beta2, epsilon }) {
    this.t += 1;
    const c1 = 1 - beta1 ** this.t;
    const c2 = 1 - beta2 ** this.t;
    for (let i = 0; i < g.length; i++) {
      this.m[i] = beta1 * this.m[i] + (1 - beta1) * g[i];
      this.v[i] = beta2 * this.v[i] + (1 - beta2) * g[i] ** 2;
      this.theta[i] -= (alpha * (this.m[i] / c1)) / (Math.sqrt(this.v[i] / c2) + epsilon);
    }
  }
}

/** The number that a hexadecimal one such as "-0x1.8p+1" stands for, exactly. */
function number(text) {
  const [, sign, whole, digits, exponent] = /^(-?)0x(.)\.?([0-9a-f]*)p(.*)$/.exec(text);
  const size = parseInt(whole + digits, 16) * 2 ** (Number(exponent) - 4 * digits.length);
  return sign ? -size : size;
}

/** JSON has neither NaN nor infinities. */
const written = (x) => (Number.isFinite(x) ? x : String(x));

const mapped = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

/** The tensors of a safetensors file, by name. */
function tensors(file) {
  const data = fs.readFileSync(file);
  const start = 8 + Number(data.readBigUInt64LE(0));
  const { __metadata__, ...kept } = JSON.parse(data.toString("utf8", 8, start));
  return mapped(kept, ({ data_offsets: [from, to] }) =>
    Array.from(new Float64Array(Uint8Array.from(data.subarray(start + from, start + to)).buffer)));
}

/** Start values and gradients, which are in a safetensors file where runs are long. */
function inputs(test, folder) {
  const parsed = (row) => row.map((x) => x && x.map(number));
  if (test.numbers) return [parsed(test.numbers.theta0), test.numbers.gradients.map(parsed)];
  const held = tensors(path.join(folder, test.tensors));
  const theta0 = test.shapes.theta.map((_, p) => held[`${test.id}/theta0/${p}`]);
  const steps = held[`${test.id}/gradients/0`].length / theta0[0].length;
  const gradients = Array.from({ length: steps }, (_, t) => theta0.map(({ length: n }, p) =>
    held[`${test.id}/gradients/${p}`].slice(t * n, (t + 1) * n)));
  return [theta0, gradients];
}

function answer(test, folder) {
  const [theta0, gradients] = inputs(test, folder);
  const optimizers = theta0.map((theta) => new Adam(theta));
  let settings = mapped(test.hyperparameters, number);
  return gradients.map((row, at) => {
    settings = { ...settings, ...mapped(test.changes[at + 1] || {}, number) };
    row.forEach((g, p) => g && optimizers[p].step(g, settings));
    return { theta: optimizers.map(({ theta }) => theta.map(written)) };
  });
}

const vectors = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const folder = path.dirname(process.argv[2]);
const tests = vectors.tests.map((test) => [test.id, answer(test, folder)]);
process.stdout.write(
  JSON.stringify({ inputs: vectors.inputs, tests: Object.fromEntries(tests) }));
