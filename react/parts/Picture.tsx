// A picture behind the key, in a box that keeps its place while the picture comes, or when it can't.

import { LikenessError } from '../../client/error.ts';
import { type PictureSource, usePicture } from '../state/use-picture.ts';
import { texts } from '../texts.ts';
import { Icon } from '../ui/Icon.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import './Picture.css';

interface PictureProps {
  /** Undefined: an empty frame. */
  source: PictureSource | undefined;
  alt: string;
  /** Width to height of the box. */
  shape?: 'square' | 'portrait';
  /** Whether the whole picture is to be seen, or the box to be filled. */
  fit?: 'cover' | 'contain';
}

export function Picture({ source, alt, shape = 'square', fit = 'cover' }: PictureProps) {
  const { url, error } = usePicture(source);
  return (
    <div className="lk-picture" data-shape={shape} data-fit={fit}>
      {url ? <img src={url} alt={alt} /> : <Instead awaited={source !== undefined} error={error} />}
    </div>
  );
}

function Instead({ awaited, error }: { awaited: boolean; error: Error | null }) {
  if (awaited && !error) return <Skeleton shape="picture" />;
  const isGone = error instanceof LikenessError && error.code === 'not_found';
  return (
    <span className="lk-picture-none">
      <Icon name="photo" />
      {error ? <span>{isGone ? texts.picture.gone : texts.picture.failed}</span> : null}
    </span>
  );
}
