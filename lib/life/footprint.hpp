#pragma once
// Footprint: what a program that waits for hours keeps in memory.

namespace sandbox::life {

/// Gives back the pages of this program's code: the start needed most of them, the wait needs
/// few, and those come back from the page cache one by one. Only for static programs.
void drop_code_pages() noexcept;

}  // namespace sandbox::life
