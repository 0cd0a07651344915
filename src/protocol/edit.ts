/** scim/edit/…: resources as texts that people change. */

export {};
