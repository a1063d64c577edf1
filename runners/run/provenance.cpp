#include "runners/run/provenance.hpp"

#include "runners/run/build_info.hpp"

namespace assay {

namespace {

std::string quoted(const std::string& word) {
  const char* plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string text(1, '\'');
  for (const char c : word) {
    if (c == '\'') {
      text.append("'\\''");
    } else {
      text.push_back(c);
    }
  }
  text.push_back('\'');
  return text;
}

}  // namespace

Provenance program_provenance() {
  Provenance provenance;
  provenance.assay_version = build_info::version;
  provenance.git_commit = build_info::git_commit;
  provenance.compiler = build_info::compiler;
  provenance.compiler_flags = build_info::compiler_flags;
  return provenance;
}

std::string quoted_command_line(const std::vector<std::string>& arguments) {
  std::string line;
  for (const std::string& argument : arguments) {
    if (!line.empty()) line.push_back(' ');
    line.append(quoted(argument));
  }
  return line;
}

}  // namespace assay
