/** The one variant of seedrandom that is used; its own types cover only the package's default export. */
declare module 'seedrandom/lib/alea.js' {
  interface AleaGenerator {
    /** 32 random bits as a double in [0, 1). */
    (): number;
    /** A signed 32-bit integer. */
    int32(): number;
  }
  export default function alea(seed: string): AleaGenerator;
}
