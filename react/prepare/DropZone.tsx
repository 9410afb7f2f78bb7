// Where photos are dropped or chosen: the whole area takes them, the button is for everybody else.

import { type DragEvent, type ReactNode, useState } from 'react';
import { useDropzone } from 'react-dropzone';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Notice } from '../ui/Notice.tsx';
import './DropZone.css';

const t = texts.modal;

interface DropZoneProps {
  /** There are photos already: the invitation may be small. */
  compact: boolean;
  /** Whatever was dropped or chosen: what is wrong with a file is said on its tile. */
  onFiles: (files: File[]) => void;
  /** Where else photos come from: a button beside the one for files. */
  beside?: ReactNode;
  children: ReactNode;
}

export function DropZone({ compact, onFiles, beside, children }: DropZoneProps) {
  const [noFiles, setNoFiles] = useState(false);
  // Nothing is left out by its type: phones and messengers give good photos a wrong one, or none, and a file picker that
  // is told types would not even offer those.
  const { getRootProps, getInputProps, isDragActive, open } = useDropzone({
    noClick: true,
    noKeyboard: true,
    onDrop(files) {
      if (files.length === 0) return;
      setNoFiles(false);
      onFiles(files);
    },
  });
  const props = getRootProps({
    className: 'lk-drop',
    'data-compact': compact,
    'data-over': isDragActive,
    role: undefined,
    // A link or a text has no file in it, and react-dropzone says nothing of it.
    onDrop: ({ dataTransfer }: DragEvent) => setNoFiles(dataTransfer.files.length === 0),
  });
  return (
    <div {...props}>
      <input {...getInputProps({ 'aria-label': t.pick, tabIndex: -1 })} />
      {children}
      <div className="lk-drop-call">
        {compact ? null : <Icon name="photo" />}
        <p className="lk-drop-title">{isDragActive ? t.dropNow : t.dropTitle}</p>
        {compact ? null : <p className="lk-soft lk-small">{t.dropOr}</p>}
        <div className="lk-drop-ways">
          <Button icon="plus" size={compact ? 'small' : 'medium'} onClick={open}>
            {compact ? t.pickMore : t.pick}
          </Button>
          {beside}
        </div>
        <p className="lk-soft lk-small">{t.limits}</p>
      </div>
      {noFiles ? <Notice tone="warn">{t.noFiles}</Notice> : null}
    </div>
  );
}
