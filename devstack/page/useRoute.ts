import { useEffect, useState } from 'react';

export const ROUTES = [
  'workloads',
  'dashboards',
  'query',
  'explore',
  'alert',
  'annotation',
  'variable',
  'config',
] as const;

export type Route = (typeof ROUTES)[number];

/** The page in the URL (`#/query`), by default the first one. */
export function useRoute(): Route {
  const [hash, setHash] = useState(window.location.hash);
  useEffect(() => {
    const update = () => setHash(window.location.hash);
    window.addEventListener('hashchange', update);
    return () => window.removeEventListener('hashchange', update);
  }, []);
  return ROUTES.find((route) => hash === `#/${route}`) ?? ROUTES[0];
}
