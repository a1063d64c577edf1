#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// What a bucket says of one object.
struct ListedObject {
  std::string key;  // any bytes: see object_path.hpp before it names a file
  std::string etag;
  std::uint64_t size_bytes = 0;
  long modified_s = 0;  // since 1970; 0: not told
};

/// One page of a bucket's list.
struct Listing {
  std::vector<ListedObject> objects;
  std::string next_token;  // of the page after it; empty: this is the last
};

/// Reads S3's answer to ListObjectsV2 (a ListBucketResult). The reader knows what such a document
/// is made of, elements, attributes that are passed over, text with references, comments, and
/// refuses the rest of XML: no document type, so no entity but the five of XML; no CDATA, which S3
/// does not write; at most 8 levels. Of the libraries, expat would be as strict, but needs
/// glibc 2.36 as Debian 12 builds it, and the bundle is to run on 2.34. Throws std::runtime_error
/// in words.
Listing parse_listing(std::string_view xml);

}  // namespace assay
