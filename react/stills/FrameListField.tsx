// Where a storyboard is pasted, or dropped as a file.

import { type DragEvent, useState } from 'react';
import { useDropzone } from 'react-dropzone';
import { readText } from '../state/read-text.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import './FrameListField.css';

const t = texts.scene.storyboard;

export function FrameListField({ list, onList }: { list: string; onList: (list: string) => void }) {
  const [problem, setProblem] = useState<string>();
  const { getRootProps, getInputProps, isDragActive, open } = useDropzone({
    noClick: true,
    noKeyboard: true,
    multiple: false,
    onDrop: async ([file]) => {
      if (!file) return;
      const read = await readText(file);
      setProblem('problem' in read ? read.problem : undefined);
      if ('text' in read) onList(read.text);
    },
  });
  const props = getRootProps({
    className: 'lk-frame-list',
    'data-over': isDragActive,
    role: undefined,
    // Text that is dropped goes into the field by itself.
    onDrop: ({ dataTransfer }: DragEvent) => setProblem(dataTransfer.files.length > 1 ? t.file.one : undefined),
  });
  return (
    <div {...props}>
      <input {...getInputProps({ 'aria-label': t.file.pick, tabIndex: -1 })} />
      <Field label={t.field} hint={t.hint} error={problem}>
        {(field) => (
          <textarea
            {...field}
            rows={8}
            placeholder={t.example}
            value={list}
            onChange={({ target }) => {
              setProblem(undefined);
              onList(target.value);
            }}
          />
        )}
      </Field>
      <div className="lk-frame-list-ways">
        <Button size="small" icon="plus" onClick={open}>
          {t.file.pick}
        </Button>
        <p className="lk-soft lk-small">{isDragActive ? t.file.dropNow : t.file.drop}</p>
      </div>
    </div>
  );
}
