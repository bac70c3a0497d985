#pragma once
// Template: a machine of a shape that has started and waits to be woken, kept as its memory and the state
// of its devices. Copies map the memory privately and go on from there, in a twentieth of the time that
// a start takes. No program of a user has run in it, and it holds no secret: what must differ
// comes when a copy is woken (wire/wake.hpp).
#include <cstdint>
#include <string>

#include "engine/container/walls.hpp"
#include "engine/machine.hpp"

namespace sandbox::engine {

/// What machines must have in common to be copies of one.
struct TemplateShape {
  Path folder;
  std::uint64_t memory_bytes = 0;
  unsigned cpus = 1;
  bool cable = true;
  bool kvm = false;

  /// With QEMU itself: copies are no use to another one.
  std::string key() const;
  /// The part of that which is QEMU's, and how it is started.
  std::string qemu() const;
};

TemplateShape template_shape(const Spec& spec);

struct Template {
  Fd memory;  ///< sealed: nobody alters it
  Fd state;
};

/// A file in memory, as a machine's is; sealed, it is one that nobody alters.
Fd memory_file(const char* name, std::uint64_t bytes);
void seal(const Fd& file);

/// Starts one and saves it. `spec` is that of the walls around, see spec_around(); `scratch` a folder for disks that are
/// not used. Throws Error.
Template make_template(const TemplateShape& shape, const Spec& around, const Path& scratch, const HostFacts& facts);

}  // namespace sandbox::engine
