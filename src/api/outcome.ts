/** A promise that is settled from outside; a rejection that nobody waits for is no error of the process. */
export class Outcome<Value> {
  readonly promise: Promise<Value>;
  isSettled = false;
  resolve: (value: Value) => void = () => {};
  reject: (error: unknown) => void = () => {};

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = (value) => {
        this.isSettled = true;
        resolve(value);
      };
      this.reject = (error) => {
        this.isSettled = true;
        reject(error);
      };
    });
    this.promise.catch(() => {});
  }
}
