#include "runners/watch/journal_upload.hpp"

#include <filesystem>

#include "runners/run/journal.hpp"

namespace assay {

namespace {

constexpr std::chrono::seconds pause_between{10};
/// A stop waits for an upload under way, and has 20 s for everything.
constexpr std::chrono::seconds longest_upload{8};

}  // namespace

JournalUpload::JournalUpload(UploadSetting setting, std::string path,
                             std::function<void(const std::string&)> on_trouble)
    : setting_(std::move(setting)), path_(std::move(path)), on_trouble_(std::move(on_trouble)) {}

void JournalUpload::step() {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path_, error);
  const auto now = std::chrono::steady_clock::now();
  if (error || size == uploaded_bytes_ || now < earliest_) return;
  if (!has_place_for(setting_, UploadObject::journal)) return;
  earliest_ = now + pause_between;
  try {
    const std::string text = read_file(path_);
    RetryRules rules;
    rules.total = longest_upload;
    put_object(setting_, UploadObject::journal, text, Existing::replace, rules);
    uploaded_bytes_ = text.size();
    in_trouble_ = false;
  } catch (const std::exception& failure) {
    if (!in_trouble_) on_trouble_(failure.what());
    in_trouble_ = true;
  }
}

}  // namespace assay
