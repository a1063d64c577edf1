#include "bench/storage/read_only.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace assay {

FileHandle open_to_read(const std::string& path) {
  FileHandle handle(open(path.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC));
  if (handle.valid()) return handle;
  const char* hint = errno == EACCES || errno == EPERM ? " (run as root)" : "";
  throw std::runtime_error(fmt::format("open {} with O_DIRECT: {}{}", path,
                                       std::generic_category().message(errno), hint));
}

}  // namespace assay
