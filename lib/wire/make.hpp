#pragma once
// Objects on the heap without the C++ runtime's operator new: nothing when memory is short.
#include <cstdlib>
#include <new>
#include <utility>

namespace sandbox::wire {

template <class T, class... Arguments>
T* make(Arguments&&... arguments) {
  void* memory = std::malloc(sizeof(T));
  return memory ? new (memory) T(std::forward<Arguments>(arguments)...) : nullptr;
}

template <class T>
void unmake(T* object) {
  if (!object) return;
  object->~T();
  std::free(object);
}

}  // namespace sandbox::wire
