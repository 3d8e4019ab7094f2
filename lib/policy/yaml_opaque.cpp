// SPDX-License-Identifier: Apache-2.0
// What an inspected service lets pass unread: `allow`, or `{ tls: {...}, rate: "50/s" }`.
#include "policy/opaque.h"
#include "policy/yaml_read.h"

namespace bulkhead::policy {
namespace {

using config::MapReader;
using config::Node;
using config::Problems;

void read_tls(const Node& node, const std::string& object, Problems& problems, OpaqueTerms& out) {
  MapReader map(node, object, problems);
  if (const auto word = map.optional_string("min_version")) {
    out.min_version = tls_version_named(*word);
    if (out.min_version == 0)
      map.error("min_version", "'" + *word + "' is none of 1.0, 1.1, 1.2, 1.3");
  }
  out.server_names = map.optional_strings("server_name");
  if (map.has("server_name") && out.server_names.empty())
    map.error("server_name", "an empty list opens nothing: name some, or leave the key out");
  map.finish();
}

}  // namespace

OpaqueTerms read_opaque_terms(const Node& node, const std::string& object, Problems& problems) {
  OpaqueTerms out;
  if (node.kind == Node::Kind::kScalar && node.text == "allow") return out;
  if (node.kind != Node::Kind::kMap || node.entries.empty()) {
    problems.add(node.line, node.column, object,
                 "must be `allow`, or terms like { tls: { min_version: \"1.3\" } }; left out, "
                 "nothing passes unread");
    return out;
  }
  MapReader map(node, object, problems);
  if (const Node* tls = map.optional("tls")) read_tls(*tls, map.object("tls"), problems, out);
  if (const Node* rate = map.optional("rate"))
    out.rate = read_rate(*rate, map.object("rate"), problems);
  map.finish();
  return out;
}

}  // namespace bulkhead::policy
