/** scim/lookup/…: resources by name; the members of large groups. */

export {};
