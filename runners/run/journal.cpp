#include "runners/run/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "reports/json/result_json.hpp"
#include "runners/run/undone_cases.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

constexpr off_t file_bytes_max = off_t{1} << 30;
constexpr std::string_view case_key = "{\"case\":";
constexpr std::string_view preparation_key = "{\"preparation\":";

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw std::runtime_error(
      fmt::format("{} {}: {}", what, path, std::generic_category().message(errno)));
}

void write_all(const FileHandle& handle, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = write(handle.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", path);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (fsync(handle.get()) != 0) fail("fsync", path);
}

/// Two processes on one journal would disturb each other's numbers and record every case twice. The
/// kernel lets go of the lock with the process, however that ends; a file system without locks
/// (some network ones) is no reason not to measure.
void lock(const FileHandle& handle, const std::string& path) {
  if (flock(handle.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  throw UsageError(fmt::format(
      "{}: another assay is writing to it: wait until that one ends, or stop it first", path));
}

/// A new name is on the disk only when its directory is.
void sync_directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const FileHandle handle(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (handle.valid()) fsync(handle.get());
}

/// The document inside {"case":...} or {"preparation":...}.
std::string_view inside(std::string_view line, std::string_view key) {
  return line.substr(key.size(), line.size() - key.size() - 1);
}

/// A case that was measured again counts as it was measured last.
void add_case(CaseResult measured, Result& result) {
  std::erase_if(result.cases, [&](const CaseResult& earlier) {
    return earlier.id == measured.id && earlier.round == measured.round;
  });
  result.cases.push_back(std::move(measured));
}

}  // namespace

Journal::Journal(FileHandle handle, std::string path)
    : handle_(std::move(handle)), path_(std::move(path)) {}

Journal Journal::begin(const std::string& path, const Result& header) {
  FileHandle handle(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644));
  if (!handle.valid()) fail("create", path);
  lock(handle, path);
  Journal journal(std::move(handle), path);
  journal.write_line(write_json(header_of(header)));
  sync_directory_of(path);
  return journal;
}

Journal Journal::resume(const std::string& path) {
  FileHandle handle(open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!handle.valid()) fail("open", path);
  lock(handle, path);
  const std::string text = read_file(path);
  const std::size_t whole_lines = text.rfind('\n') + 1;
  if (ftruncate(handle.get(), static_cast<off_t>(whole_lines)) != 0) fail("shorten", path);
  return Journal(std::move(handle), path);
}

void Journal::append(const CaseResult& result) const {
  write_line(std::string(case_key) + write_json(result) + "}");
}

void Journal::append(const Preparation& preparation) const {
  write_line(std::string(preparation_key) + write_json(preparation) + "}");
}

void Journal::write_line(const std::string& line) const {
  const off_t before = lseek(handle_.get(), 0, SEEK_END);
  try {
    write_all(handle_, line + "\n", path_);
  } catch (...) {
    // Half a line in the middle would spoil the whole journal.
    if (before >= 0) (void)!ftruncate(handle_.get(), before);
    throw;
  }
}

Result read_journal(const std::string& path) {
  const std::string text = read_file(path);
  std::string_view rest = text;
  Result result;
  for (std::size_t number = 1; rest.find('\n') != std::string_view::npos; ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    try {
      if (number == 1) {
        result = read_result(line);
      } else if (line.substr(0, case_key.size()) == case_key) {
        add_case(read_json<CaseResult>(inside(line, case_key)), result);
      } else if (line.substr(0, preparation_key.size()) == preparation_key) {
        result.preparations.push_back(read_json<Preparation>(inside(line, preparation_key)));
        drop_undone(result.plan, result.preparations.back().target, result.cases);
      } else {
        throw std::runtime_error("neither a case nor a preparation");
      }
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(fmt::format("{}:{}: {}", path, number, error.what()));
    }
  }
  if (result.plan.cases.empty()) {
    throw std::runtime_error(
        fmt::format("{}: not the journal of a run, or cut off in its first line", path));
  }
  return result;
}

void write_file_durably(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".part";
  {
    // What a crash left; O_EXCL and O_NOFOLLOW: never through a link to something else.
    unlink(temporary.c_str());
    const FileHandle handle(
        open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!handle.valid()) fail("create", temporary);
    try {
      write_all(handle, text, temporary);
    } catch (...) {
      unlink(temporary.c_str());
      throw;
    }
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    unlink(temporary.c_str());
    errno = error;
    fail("rename to", path);
  }
  sync_directory_of(path);
}

void write_new_file_durably(const std::string& option, const std::string& path,
                            const std::string& text) {
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    throw UsageError(
        fmt::format("{} {}: there is a file already; give another name", option, path));
  }
  write_file_durably(path, text);
}

std::string read_file(const std::string& path) {
  const FileHandle handle(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!handle.valid()) fail("open", path);
  struct stat status {};
  if (fstat(handle.get(), &status) != 0) fail("stat", path);
  if (S_ISDIR(status.st_mode)) throw std::runtime_error(path + " is a directory, not a file");
  std::string text;
  std::string block(1U << 16, '\0');
  for (;;) {
    const ssize_t count = read(handle.get(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("read", path);
    if (count == 0) return text;
    text.append(block.data(), static_cast<std::size_t>(count));
    if (static_cast<off_t>(text.size()) > file_bytes_max) {
      throw std::runtime_error(path + " is larger than 1 GiB");
    }
  }
}

}  // namespace assay
