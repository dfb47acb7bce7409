declare module '*.woff2' {
  /** The font as a data URL. */
  const url: string;
  export default url;
}
declare module 'systemjs/dist/system.js';
declare module 'systemjs/dist/extras/amd.js';
declare module 'systemjs/dist/extras/named-register.js';
