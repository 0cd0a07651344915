/** scim/action/…: one change to many resources; comparing resources and tenants. */

export {};
