/** The one variant of seedrandom that is used; its own types cover only the package's default export. */
declare module 'seedrandom/lib/alea.js' {
  interface AleaGenerator {
    /** A signed 32-bit integer. */
    int32(): number;
    /** What the next number is made of: three fractions and the carry. */
    state(): { readonly s0: number; readonly s1: number; readonly s2: number; readonly c: number };
  }
  export default function alea(seed: string, options: { readonly state: true }): AleaGenerator;
}
