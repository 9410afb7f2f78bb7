// What the page of a storyboard app loads: the client, and the app's own functions over it.
export { createLikenessClient } from '../../client/index.ts';
export { storyboardOf } from '../../client/storyboard.ts';
