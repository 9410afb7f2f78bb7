// A part that breaks takes nothing else with it.

import { Component, type ReactNode } from 'react';
import { texts } from '../texts.ts';
import { Notice } from './Notice.tsx';

export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Notice tone="bad">{texts.common.unexpected}</Notice> : this.props.children;
  }
}
