#pragma once

#include <string>

#include "bench/storage/file_handle.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// Owns journal.ndjson of a run: first line a Result without cases, then one line for each filled
/// target ({"preparation": ...}) and each finished case ({"case": ...}), each on the disk before
/// the next case begins.
class Journal {
 public:
  /// Begins a new journal. Throws std::runtime_error in words when it cannot be written.
  static Journal begin(const std::string& path, const Result& header);

  /// Takes an existing journal up again for appending; what a power cut left of an unfinished last
  /// line is cut off. Throws std::runtime_error in words, UsageError when a run is still writing.
  static Journal resume(const std::string& path);

  void append(const CaseResult& result) const;
  void append(const Preparation& preparation) const;

 private:
  explicit Journal(FileHandle handle, std::string path);
  void write_line(const std::string& line) const;

  FileHandle handle_;
  std::string path_;
};

/// The Result as far as the journal tells it; an unfinished last line is ignored, and so is a case
/// that has to be measured again because its target was filled after it (see drop_undone). Throws
/// std::runtime_error in words (no such file, not a journal, a damaged line with its number).
Result read_journal(const std::string& path);

/// Writes a file so that it is there whole or not at all: temporary name, fsync, rename. Throws
/// std::runtime_error in words.
void write_file_durably(const std::string& path, const std::string& text);

/// The same for a file that is not there yet; throws UsageError, naming `option`, when it is.
void write_new_file_durably(const std::string& option, const std::string& path,
                            const std::string& text);

/// The bytes of a file. Throws std::runtime_error in words; files above 1 GiB are refused.
std::string read_file(const std::string& path);

}  // namespace assay
