#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

#include "reports/html/fleet_page.hpp"
#include "reports/html/page.hpp"
#include "reports/trust/seal.hpp"
#include "runners/cli/commands.hpp"
#include "runners/run/journal.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

constexpr int exit_not_verified = 1;

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

/// The file is made by this call, or was not there: a key is never overwritten.
void write_new_file(const std::string& path, const std::string& text, mode_t mode) {
  const FileHandle handle(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (handle.get() < 0) {
    throw UsageError(fmt::format("{}: {}; give the name of a new file", path,
                                 std::generic_category().message(errno)));
  }
  if (write(handle.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      fsync(handle.get()) != 0) {
    throw std::runtime_error(fmt::format("{}: {}", path, std::generic_category().message(errno)));
  }
}

SealCheck check_file(const std::string& file, const std::string& key) {
  try {
    return check_seal(result_text(read_file(file)), key);
  } catch (const std::runtime_error& error) {
    return {{}, {error.what()}, {}};
  }
}

std::string wanted_key(const std::string& file) {
  if (file.empty()) return {};
  std::string text;
  try {
    text = trimmed(read_file(file));
  } catch (const std::runtime_error& error) {
    throw UsageError(fmt::format("--key {}: {}", file, error.what()));
  }
  if (!is_public_key(text)) {
    throw UsageError(
        fmt::format("--key {}: not a public key: give the .pub file of `assay keygen`", file));
  }
  return text;
}

/// A file that was named, or was found below a directory that was.
struct Candidate {
  std::string file;
  bool was_named = false;
};

/// What a run or a launcher calls a Result, and the page that embeds one.
bool may_hold_result(const std::string& name) {
  return name == "report.html" || (name.starts_with("result") && name.ends_with(".json"));
}

/// In a directory and below it, sorted. Throws UsageError where there is none.
std::vector<Candidate> found_below(const std::string& directory) {
  namespace fs = std::filesystem;
  std::vector<Candidate> found;
  try {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(
             directory, fs::directory_options::skip_permission_denied)) {
      if (may_hold_result(entry.path().filename())) found.push_back({entry.path()});
    }
  } catch (const fs::filesystem_error& error) {
    throw UsageError(fmt::format("{}: {}", directory, error.code().message()));
  }
  if (found.empty()) {
    throw UsageError(
        fmt::format("{}: neither result*.json nor report.html in it or below it", directory));
  }
  std::sort(found.begin(), found.end(),
            [](const Candidate& a, const Candidate& b) { return a.file < b.file; });
  return found;
}

/// A file that is not there is told like one that is not whole.
std::vector<Candidate> candidates_of(const std::vector<std::string>& paths) {
  std::vector<Candidate> candidates;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      candidates.push_back({path, true});
      continue;
    }
    const std::vector<Candidate> found = found_below(path);
    candidates.insert(candidates.end(), found.begin(), found.end());
  }
  return candidates;
}

int verify(const std::vector<std::string>& paths, const std::string& key_file) {
  const std::string key = wanted_key(key_file);
  int code = 0;
  std::string text;
  for (const auto& [file, was_named] : candidates_of(paths)) {
    const SealCheck check = check_file(file, key);
    if (!was_named && check.faults == std::vector{fleet_page_words()}) {
      text += fmt::format("{}: passed by: it shows many Results and holds none\n", file);
      continue;
    }
    text += fmt::format("{}: {}\n", file, check.faults.empty() ? "ok" : "NOT VERIFIED");
    for (const std::string& fault : check.faults) text += fmt::format("  WRONG: {}\n", fault);
    for (const std::string& fact : check.facts) text += fmt::format("  {}\n", fact);
    if (!check.faults.empty()) code = exit_not_verified;
  }
  text += "Not covered by this:\n";
  for (const std::string& line : not_covered()) text += fmt::format("  {}\n", line);
  std::fputs(text.c_str(), stdout);
  return code;
}

int keygen(const std::string& file) {
  const SigningKey key = SigningKey::generate();
  write_new_file(file, key.private_pem(), S_IRUSR | S_IWUSR);
  write_new_file(file + ".pub", key.public_key() + "\n", S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
  std::fputs(
      fmt::format("private key  {}      keep it secret: assay run --sign {}\n"
                  "public key   {}.pub  give it to readers: assay verify --key {}.pub FILE\n",
                  file, file, file, file)
          .c_str(),
      stdout);
  return 0;
}

}  // namespace

Action add_verify_command(CLI::App& app) {
  const auto files = std::make_shared<std::vector<std::string>>();
  const auto key = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "verify", "Check that Results are whole and unchanged, and who signed them; exit 1 if not");
  command
      ->add_option("PATH", *files,
                   "result.json, a report.html that embeds one, or a directory: every result*.json "
                   "and report.html in it and below")
      ->required();
  command->add_option("--key", *key, "public key (FILE.pub of keygen) that must have signed them");
  return [files, key] { return verify(*files, *key); };
}

Action add_keygen_command(CLI::App& app) {
  const auto file = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("keygen", "Make a key pair (Ed25519) for signing Results: FILE, FILE.pub");
  command->add_option("FILE", *file, "new file for the private key")->required();
  return [file] { return keygen(*file); };
}

}  // namespace assay
