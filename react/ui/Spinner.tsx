// Something is going on. Says nothing by itself: the words stand beside it.

import './Spinner.css';

export function Spinner() {
  return <span className="lk-spinner" aria-hidden="true" />;
}
