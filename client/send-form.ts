// Sends a form and reports the progress. In pages only XMLHttpRequest reports it: fetch is silent until the answer.

/** The sent share of an upload, from 0 to 1. */
export type Progress = (share: number) => void;

/** Sends like `fetch`. Without XMLHttpRequest, as in Node, `fetch` sends it, and no progress is reported. */
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
