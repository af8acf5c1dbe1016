/** What a user may be at a customer (R35). */
export const roles = ['admin', 'billing', 'technical'] as const;
export type Role = (typeof roles)[number];

/** What one of our staff may be. */
export const operatorRoles = ['admin', 'finance', 'support'] as const;
export type OperatorRole = (typeof operatorRoles)[number];

/**
 * What an API token may be allowed; people and tokens are managed by a person who is present, and so is all that asks for
 * a recent proof: of `platforms:terminate` a token can only take a termination back.
 */
export const scopes = [
  'mailboxes:read',
  'mailboxes:write',
  'platforms:terminate',
  'money:read',
  'money:write',
  'letters:read',
  'events:read',
] as const;
export type Scope = (typeof scopes)[number];

/** What can be done for one customer. */
export type Permission = Scope | 'people:read' | 'people:write' | 'tokens:write';

/** What can be done for the seller. */
export type OperatorPermission =
  | 'customers:read'
  | 'customers:write'
  | 'catalog:write'
  | 'policy:write'
  | 'ledger:write'
  | 'parkings:write'
  | 'runs:read'
  | 'runs:write';

/** Whether a user with this role may do it at their customer (R35): admin everything, alone may terminate. */
export function roleMay(role: Role, permission: Permission): boolean {
  return rolePermissions[role].has(permission);
}

/** Whether an operator may do it on a customer's behalf; money is moved only by the operators' own acts, with a reason (R37). */
export function operatorMayForCustomer(role: OperatorRole, permission: Permission): boolean {
  return onBehalf[role].has(permission);
}

/** Whether an operator with this role may do it for the seller. */
export function operatorMay(role: OperatorRole, permission: OperatorPermission): boolean {
  return operatorPermissions[role].has(permission);
}

const rolePermissions: Record<Role, ReadonlySet<Permission>> = {
  admin: new Set<Permission>([...scopes, 'people:read', 'people:write', 'tokens:write']),
  billing: new Set<Permission>(['mailboxes:read', 'money:read', 'money:write', 'letters:read']),
  technical: new Set<Permission>(['mailboxes:read']),
};

const seeing: readonly Permission[] = ['mailboxes:read', 'money:read', 'letters:read', 'events:read', 'people:read'];

const onBehalf: Record<OperatorRole, ReadonlySet<Permission>> = {
  admin: new Set<Permission>([...seeing, 'mailboxes:write', 'platforms:terminate', 'people:write']),
  finance: new Set<Permission>(seeing),
  support: new Set<Permission>(seeing),
};

const operatorPermissions: Record<OperatorRole, ReadonlySet<OperatorPermission>> = {
  admin: new Set<OperatorPermission>([
    'customers:read',
    'customers:write',
    'catalog:write',
    'policy:write',
    'ledger:write',
    'parkings:write',
    'runs:read',
    'runs:write',
  ]),
  finance: new Set<OperatorPermission>(['customers:read', 'ledger:write', 'parkings:write', 'runs:read', 'runs:write']),
  support: new Set<OperatorPermission>(['customers:read', 'parkings:write', 'runs:read']),
};
