// SPDX-License-Identifier: Apache-2.0
#include "image/verify_opaque.h"

#include <string>

#include "image/verify_records.h"

namespace bulkhead::image {
namespace {

bool names_ok(const Sections& s, Run run) {
  if (run.count == 0) return run.first == 0;
  return run.first < s.point_names.size() && run.count <= s.point_names.size() - run.first &&
         run.count <= kMaxNamesPerSet;
}

// nullptr: it is as it must be.
const char* complaint_about(const Sections& s, const OpaqueRecord& record) {
  if (record.min_version < 0x0301 || record.min_version > 0x0304) return "version is none of TLS";
  if (record.reserved != 0) return "reserved field is set";
  if (!names_ok(s, record.server_names)) return "names are out of range";
  return rate_ok(rate_of(record)) ? nullptr : "rate is out of range";
}

Error error(const char* section, size_t index, const std::string& what) {
  return {ErrorCode::kInvalid,
          "image: " + std::string(section) + ' ' + std::to_string(index) + ": " + what};
}

}  // namespace

Status verify_opaque(const Sections& sections) {
  if (sections.opaque_terms.size() > kMaxOpaqueTerms)
    return error("opaque terms", kMaxOpaqueTerms, "too many");
  for (size_t i = 0; i < sections.opaque_terms.size(); ++i)
    if (const char* complaint = complaint_about(sections, sections.opaque_terms[i]))
      return error("opaque terms", i, complaint);
  for (size_t i = 0; i < sections.services.size(); ++i) {
    const ServiceRecord& service = sections.services[i];
    if (service.app != 0 && service.expects > sections.opaque_terms.size())
      return error("service", i, "what passes unread is out of range");
  }
  return {};
}

}  // namespace bulkhead::image
