// Waiting that can be called off, in Node and in browsers.

/** Throws the signal's reason as soon as it is given. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const calledOff = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', calledOff);
      resolve();
    }, ms);
    signal?.addEventListener('abort', calledOff, { once: true });
  });
}
