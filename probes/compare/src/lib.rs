//! Probes, geometry and statistics over representations and decisions.
