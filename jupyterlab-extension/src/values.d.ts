// `build.mjs` puts the package's own script here: src/crossroads/static/values.js.
export {};
