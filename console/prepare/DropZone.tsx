// Where photos are dropped or chosen: the whole area takes them, the button is for everybody else.

import type { ReactNode } from 'react';
import { useDropzone } from 'react-dropzone';
import { PHOTO_TYPES } from '../state/file-problem.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import './DropZone.css';

const t = texts.modal;

interface DropZoneProps {
  /** There are photos already: the invitation may be small. */
  compact: boolean;
  /** Whatever was dropped, of the right type or not: what is wrong with a file is said on its tile. */
  onFiles: (files: File[]) => void;
  children: ReactNode;
}

export function DropZone({ compact, onFiles, children }: DropZoneProps) {
  const { getRootProps, getInputProps, isDragActive, open } = useDropzone({
    accept: PHOTO_TYPES,
    noClick: true,
    noKeyboard: true,
    onDrop: (accepted, refused) => onFiles([...accepted, ...refused.map(({ file }) => file)]),
  });
  return (
    <div
      {...getRootProps({ className: 'lk-drop', 'data-compact': compact, 'data-over': isDragActive, role: undefined })}
    >
      <input {...getInputProps({ 'aria-label': t.pick, tabIndex: -1 })} />
      {children}
      <div className="lk-drop-call">
        {compact ? null : <Icon name="photo" />}
        <p className="lk-drop-title">{isDragActive ? t.dropNow : t.dropTitle}</p>
        {compact ? null : <p className="lk-soft lk-small">{t.dropOr}</p>}
        <Button icon="plus" size={compact ? 'small' : 'medium'} onClick={open}>
          {compact ? t.pickMore : t.pick}
        </Button>
        <p className="lk-soft lk-small">{t.limits}</p>
      </div>
    </div>
  );
}
