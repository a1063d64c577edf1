#pragma once

#include <string>
#include <string_view>

namespace assay {

/// "i4i" and "4xlarge" of i4i.4xlarge; the size is empty where there is no dot.
struct TypeName {
  std::string family;
  std::string size;
};

TypeName parse_type_name(std::string_view instance_type);

/// Orders the sizes of a family: nano, micro, small, medium, large, xlarge, 2xlarge ... 224xlarge,
/// metal-12xl ... metal-96xl, metal, then what is not known. Between virtual sizes the number is in
/// units of one xlarge.
double size_rank(std::string_view size);

/// By family, then by size, then by name: the order of every table of types.
bool type_name_less(std::string_view a, std::string_view b);

}  // namespace assay
