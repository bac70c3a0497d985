#pragma once
// Download: a source of records that lies behind a URL, fetched to a file. Only by https, or from this
// host's loopback; certificates are checked, size and stillness are bounded.
#include <functional>
#include <string>
#include <string_view>

#include "base/file.hpp"

namespace sandbox::osv {

/// Whether a source is fetched rather than read where it lies.
bool is_url(std::string_view source);

/// The file in `folder`, with the URL's extension. What `check`, which is called all the while, throws ends it.
/// Throws Error(input) for a URL of another kind, Error(failed) when the server has no such file.
Path download(const std::string& url, const Path& folder, const std::function<void()>& check);

}  // namespace sandbox::osv
