/** scim/filter/…: help while a filter is typed. */

export {};
