/** scim/schema/…: what a service says that it has, and what it has. */

export {};
