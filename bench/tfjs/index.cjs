// @tensorflow/tfjs as face-api needs it: the core, the graph-model loader, and the chained tensor methods
// (`x.reshape(…)`, `x.as3D(…)`) that the full package adds to Tensor.prototype. Layers, data and the WebGL
// back end stay out.
'use strict';
const core = require('@tensorflow/tfjs-core');
const converter = require('@tensorflow/tfjs-converter');

const tensor = core.Tensor.prototype;
// Creators and lifecycle functions of the core that are not operations on a tensor.
const notChained = new Set(['tensor', 'scalar', 'tidy', 'dispose', 'keep', 'clone', 'print', 'buffer', 'data', 'cast']);
for (const name of Object.keys(core)) {
  const isOperation = typeof core[name] === 'function' && /^[a-z]/.test(name);
  if (isOperation && !(name in tensor) && !notChained.has(name)) {
    tensor[name] = function chained(...args) {
      return core[name](this, ...args);
    };
  }
}

tensor.as1D = function as1D() {
  return core.reshape(this, [this.size]);
};
tensor.flatten = tensor.as1D;
tensor.asScalar = function asScalar() {
  return core.reshape(this, []);
};
for (const rank of [2, 3, 4, 5]) {
  tensor[`as${rank}D`] = function asRank(...shape) {
    return core.reshape(this, shape);
  };
}
tensor.cast = function cast(dtype) {
  return core.cast(this, dtype);
};
tensor.asType = tensor.cast;
tensor.toFloat = function toFloat() {
  return core.cast(this, 'float32');
};
tensor.toInt = function toInt() {
  return core.cast(this, 'int32');
};
tensor.toBool = function toBool() {
  return core.cast(this, 'bool');
};

module.exports = { ...core, ...converter, version: { tfjs: core.version_core, 'tfjs-core': core.version_core } };
