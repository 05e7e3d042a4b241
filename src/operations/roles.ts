// Which role may do what: the one table that pages, API and their tests read. Not for who somebody
// is: desk/auth/session.ts.
import type { Account, Role } from '../ledger/accounts.ts';

/** What a route asks for; a token's scopes are these too. `texts`: what is not out yet. */
export const PERMISSIONS = [
  'read',
  'texts',
  'plan',
  'content',
  'approve',
  'operate',
  'people',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const MAY: Readonly<Record<Role, readonly Permission[]>> = {
  reader: ['read', 'texts'],
  editor: ['read', 'texts', 'content', 'approve'],
  reviewer: ['read', 'texts', 'approve'],
  chief: ['read', 'texts', 'approve'],
  operator: ['read', 'texts', 'plan', 'content', 'operate'],
  admin: ['read', 'people'],
};

/**
 * What a route may ask for besides: `own` concerns oneself alone and is for a person, not a
 * program; `first` is that much of it as is needed before anything else, such as choosing a
 * password of one's own.
 */
export type RequiredPermission = Permission | 'own' | 'first';

/** All that a person may do. */
export function permissionsOf({ roles }: Pick<Account, 'roles'>): Set<Permission> {
  return new Set(roles.flatMap((role) => MAY[role]));
}

/** A route, and what it asks for: the tests try each as each role. */
export interface RoutePermission {
  readonly method: string;
  readonly path: string;
  readonly permission: RequiredPermission;
}

/** The steps of 三审三校, in order; each is one role's. */
export const APPROVAL_STEPS = ['editor', 'reviewer', 'chief'] as const;
export type ApprovalStep = (typeof APPROVAL_STEPS)[number];
