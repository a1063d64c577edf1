#pragma once

#include <string>

namespace assay {

/// Where an object's file is below the directory, or why it gets none.
struct ObjectPath {
  std::string path;
  std::string why_not;  // empty: `path` can be used
};

/// The path of a key, relative, without the prefix (which has no slashes at its ends; empty: the
/// whole key). Whoever may write into a bucket chooses its keys: a key gets no file when a part of
/// it is empty, begins with a dot (so also . and .., and no hidden file is ever made), has control
/// characters, a backslash or bytes that are no UTF-8, or when it is longer than a file's name can
/// be. What comes out has no part that leads upwards, and is never absolute.
ObjectPath object_path(const std::string& key, const std::string& prefix);

}  // namespace assay
