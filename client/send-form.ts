// A form that tells how much of it has gone out. Pages can hear of it from XMLHttpRequest alone: fetch is silent until
// the answer comes.

/** How much of an upload has gone out, from 0 to 1. */
export type Progress = (share: number) => void;

/** As `fetch` would send it. Where there is no XMLHttpRequest, as in Node, `fetch` does it, and nothing is told. */
export function sendForm(url: string, init: RequestInit & { body: FormData }, onProgress: Progress): Promise<Response> {
  if (typeof XMLHttpRequest === 'undefined') return fetch(url, init);
  return new Promise((resolve, reject) => {
    const { signal } = init;
    signal?.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open(init.method ?? 'POST', url);
    request.responseType = 'blob';
    new Headers(init.headers).forEach((value, name) => {
      request.setRequestHeader(name, value);
    });
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
    request.addEventListener('load', () => resolve(answerOf(request)));
    request.addEventListener('error', () => reject(new TypeError('The request failed on its way.')));
    request.addEventListener('abort', () => reject(signal?.reason));
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(init.body);
  });
}

function answerOf(request: XMLHttpRequest): Response {
  const lines = request.getAllResponseHeaders().trim().split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return new Response(request.response, { status: request.status, headers });
}
