// Signed in or not, and which page.

import { lazy, Suspense, useState } from 'react';
import { createLikenessClient } from '../client/index.ts';
import { LikenessProvider } from '../react/state/likeness-provider.tsx';
import { ErrorBoundary } from '../react/ui/ErrorBoundary.tsx';
import { CastPage } from './pages/CastPage.tsx';
import { IdentityPage } from './pages/IdentityPage.tsx';
import { NotFoundPage } from './pages/NotFoundPage.tsx';
import { OperationsPage } from './pages/OperationsPage.tsx';
import { SignInPage } from './pages/SignInPage.tsx';
import { placeOf, type Route, routeOf, useHash } from './route.ts';
import { Shell } from './Shell.tsx';
import { forgetKey, keepKey, takeKey } from './session.ts';
import { texts } from './texts.ts';

/** Loaded when it is opened: whoever comes to review does not wait for it. */
const SceneAssemblerPage = lazy(() => import('./pages/SceneAssemblerPage.tsx'));

/** Beside this page, so that a gateway's prefix is kept. */
const baseUrl = new URL('.', location.href).href;

export function App() {
  const [key, setKey] = useState(takeKey);
  const [notice, setNotice] = useState<string>();
  const hash = useHash();

  const signIn = (apiKey: string) => {
    keepKey(apiKey);
    setNotice(undefined);
    setKey(apiKey);
  };
  const signOut = (why?: string) => {
    forgetKey();
    setNotice(why);
    setKey(undefined);
  };

  if (!key) return <SignInPage baseUrl={baseUrl} notice={notice} onSignIn={signIn} />;
  return (
    <SignedIn
      key={key}
      apiKey={key}
      route={routeOf(hash)}
      onSignOut={() => signOut()}
      onExpired={() => signOut(texts.signIn.expired)}
    />
  );
}

interface SignedInProps {
  apiKey: string;
  route: Route;
  onSignOut: () => void;
  onExpired: () => void;
}

function SignedIn({ apiKey, route, onSignOut, onExpired }: SignedInProps) {
  const [client] = useState(() => createLikenessClient({ baseUrl, apiKey }));
  const where = placeOf(route);
  return (
    <LikenessProvider client={client} onUnauthorized={onExpired}>
      <Shell route={route} onSignOut={onSignOut}>
        <ErrorBoundary key={where}>
          <Page route={route} />
        </ErrorBoundary>
      </Shell>
    </LikenessProvider>
  );
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case 'cast':
      return <CastPage />;
    case 'identity':
      return <IdentityPage identityId={route.identityId} />;
    case 'stills':
      return (
        <Suspense fallback={<p role="status">{texts.common.loading}</p>}>
          <SceneAssemblerPage route={route} />
        </Suspense>
      );
    case 'operations':
      return <OperationsPage />;
    case 'unknown':
      return <NotFoundPage />;
  }
}
