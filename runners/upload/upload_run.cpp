#include "runners/upload/upload_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "reports/json/result_json.hpp"
#include "reports/sha256.hpp"
#include "runners/run/journal.hpp"

namespace assay {

namespace fs = std::filesystem;

namespace {

/// What was sent, by where to: a line "ADDRESS SHA256" each.
std::map<std::string, std::string> read_state(const std::string& path) {
  std::map<std::string, std::string> state;
  std::ifstream file(path);
  for (std::string address, hash; file >> address >> hash;) state[address] = hash;
  return state;
}

/// Best effort: without it the same bytes are only sent once more.
void write_state(const std::string& path, const std::map<std::string, std::string>& state) {
  std::string text;
  for (const auto& [address, hash] : state) text += fmt::format("{} {}\n", address, hash);
  try {
    write_file_durably(path, text);
  } catch (const std::exception&) {
    return;
  }
}

bool is_partial(const std::string& result_text) {
  try {
    return !read_result(result_text).partial.empty();
  } catch (const std::exception&) {
    return true;  // odd: never in the place of a good one
  }
}

struct Item {
  UploadObject object;
  std::string path;
};

}  // namespace

std::string upload_folder(const std::string& instance_id) {
  if (!instance_id.empty()) return instance_id;
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "this-machine";
  return name.data();
}

std::vector<std::string> upload_run(const UploadSetting& setting, const UploadFiles& files,
                                    const RetryRules& rules) {
  const auto deadline = std::chrono::steady_clock::now() + rules.total;
  const std::string state_path = files.directory + "/uploaded";
  std::map<std::string, std::string> state = read_state(state_path);
  std::vector<std::string> failures;
  // What cannot be made again comes first.
  for (Item item : {Item{UploadObject::result, files.directory + "/result.json"},
                    Item{UploadObject::journal, files.directory + "/journal.ndjson"},
                    Item{UploadObject::report, files.directory + "/report.html"},
                    Item{UploadObject::log, files.log}}) {
    std::error_code error;
    if (item.path.empty() || !fs::exists(item.path, error)) continue;
    try {
      const std::string body = read_file(item.path);
      if (item.object == UploadObject::result && is_partial(body)) {
        item.object = UploadObject::partial_result;
      }
      if (!has_place_for(setting, item.object)) continue;
      const std::string address = address_of(setting, item.object);
      const std::string hash = sha256_hex(body);
      const auto sent = state.find(address);
      if (sent != state.end() && sent->second == hash) continue;
      RetryRules left = rules;
      left.total = std::max(std::chrono::milliseconds(1000),
                            std::chrono::duration_cast<std::chrono::milliseconds>(
                                deadline - std::chrono::steady_clock::now()));
      const bool final_result = item.object == UploadObject::result;
      put_object(setting, item.object, body, final_result ? Existing::only_new : Existing::replace,
                 left);
      state[address] = hash;
      write_state(state_path, state);
    } catch (const std::exception& failure) {
      failures.emplace_back(failure.what());
    }
  }
  return failures;
}

}  // namespace assay
