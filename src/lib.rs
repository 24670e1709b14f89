//! Rotunda.
