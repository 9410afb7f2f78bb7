// What a page loads of fal's client: the package itself, bundled for a browser by the test.
export { createFalClient } from '@fal-ai/client';
