#include "osv/download.hpp"

#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/format.h>

#include <memory>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"

namespace sandbox::osv {

namespace {

/// The largest archive of an ecosystem has about 1 GB.
constexpr curl_off_t kMostBytes = curl_off_t{8} << 30;
constexpr long kConnectSeconds = 15, kSlowBytes = 100, kSlowSeconds = 60;
constexpr long kRedirections = 5;

bool is_on_loopback(std::string_view url) {
  for (const std::string_view host : {"http://127.0.0.1", "http://[::1]", "http://localhost"})
    if (url.starts_with(host) && (url.size() == host.size() || url[host.size()] == ':' || url[host.size()] == '/')) return true;
  return false;
}

std::string extension_of(std::string_view url) {
  const std::string extension = Path(std::string(url.substr(0, url.find_first_of("?#")))).extension();
  return extension == ".json" || extension == ".jsonl" ? extension : ".zip";
}

Error failed(const std::string& url, std::string_view why) {
  return Error(ExitCode::failed, fmt::format("cannot fetch '{}': {}", visible(url), visible(why)), "fetch the file elsewhere and give its path");
}

/// What libcurl calls back with.
struct Fetching {
  int file;
  const std::function<void()>& check;
  curl_off_t bytes = 0;
  std::exception_ptr problem;
};

/// An exception must not pass through C: false then.
bool passes(Fetching& fetching, const std::function<void()>& work) {
  try {
    work();
    return true;
  } catch (...) {
    fetching.problem = std::current_exception();
    return false;
  }
}

std::size_t take(char* bytes, std::size_t, std::size_t size, void* into) {
  auto& fetching = *static_cast<Fetching*>(into);
  if ((fetching.bytes += static_cast<curl_off_t>(size)) > kMostBytes) return 0;
  return passes(fetching, [&] { write_all(fetching.file, {bytes, size}, "what is fetched"); }) ? size : 0;
}

int look(void* into, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& fetching = *static_cast<Fetching*>(into);
  return passes(fetching, fetching.check) ? 0 : 1;
}

template <class T>
void set(CURL* handle, CURLoption option, T value) {
  if (curl_easy_setopt(handle, option, value) != CURLE_OK) throw Error(ExitCode::failed, "cannot prepare a request");
}

void set_bounds(CURL* handle, bool is_tls) {
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  set(handle, CURLOPT_LOW_SPEED_LIMIT, kSlowBytes);
  set(handle, CURLOPT_LOW_SPEED_TIME, kSlowSeconds);
  set(handle, CURLOPT_FOLLOWLOCATION, 1L);
  set(handle, CURLOPT_MAXREDIRS, kRedirections);
  set(handle, CURLOPT_PROTOCOLS_STR, is_tls ? "https" : "http");
  set(handle, CURLOPT_REDIR_PROTOCOLS_STR, "https");
  set(handle, CURLOPT_FAILONERROR, 1L);
  set(handle, CURLOPT_USERAGENT, "sandbox-scan/" SANDBOX_VERSION);
  if (!is_tls) set(handle, CURLOPT_PROXY, "");
}

}  // namespace

bool is_url(std::string_view source) { return source.find("://") != source.npos; }

Path download(const std::string& url, const Path& folder, const std::function<void()>& check) {
  const bool is_tls = url.starts_with("https://");
  if (!is_tls && !is_on_loopback(url)) throw Error(ExitCode::input, fmt::format("'{}' is no https URL", visible(url)), "who stands between could change what is fetched");
  const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), curl_easy_cleanup);
  if (!handle) throw Error(ExitCode::failed, "cannot prepare a request");
  const Path file = folder / ("fetched" + extension_of(url));
  const Fd open = checked_fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), "cannot create", file.native());
  Fetching fetching{open.get(), check, 0, nullptr};
  char said[CURL_ERROR_SIZE] = "";
  set_bounds(handle.get(), is_tls);
  set(handle.get(), CURLOPT_URL, url.c_str());
  set(handle.get(), CURLOPT_ERRORBUFFER, said);
  set(handle.get(), CURLOPT_WRITEFUNCTION, &take);
  set(handle.get(), CURLOPT_WRITEDATA, static_cast<void*>(&fetching));
  set(handle.get(), CURLOPT_NOPROGRESS, 0L);
  set(handle.get(), CURLOPT_XFERINFOFUNCTION, &look);
  set(handle.get(), CURLOPT_XFERINFODATA, static_cast<void*>(&fetching));
  const CURLcode code = curl_easy_perform(handle.get());
  if (fetching.problem) std::rethrow_exception(fetching.problem);
  if (fetching.bytes > kMostBytes) throw failed(url, "it is larger than is believed");
  if (code != CURLE_OK) throw failed(url, *said ? said : curl_easy_strerror(code));
  return file;
}

}  // namespace sandbox::osv
