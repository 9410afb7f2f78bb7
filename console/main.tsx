// The console, in its page.

// First: what a part says of itself is stronger than what holds for all.
import '../react/ui/tokens.css';
import '../react/ui/base.css';
import './console.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';

const place = document.getElementById('app');
if (!place) throw new Error('index.html has no place for the console');
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
