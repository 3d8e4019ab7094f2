// SPDX-License-Identifier: Apache-2.0
// The readers behind load_yaml(), one per kind of object. Each reports to the reader's problems and
// returns what it could read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/strict_yaml.h"
#include "policy/model.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::policy {

Place place_of(const config::Node& node, const config::Problems& problems);

// `hmi-3`, `[hmi-3, hmi-4]`, or `{ role: hmi, cell: ["3", "4"], not: {...}, exists: [...], name:
// ... }`.
Selector read_selector(const config::Node& node, const std::string& object,
                       config::Problems& problems);

Identity read_identity(config::MapReader& map);

// Inspected protocols, tcp, udp, icmp of a relationship or grant.
std::vector<Service> read_services(config::MapReader& map);

// The items of one `allow` list.
std::vector<OperationRule> read_operation_rules(const std::vector<const config::Node*>& items,
                                                const std::string& object,
                                                const wire::Vocabulary& vocabulary,
                                                config::Problems& problems);

// The conditions of a relationship or grant.
void read_when(config::MapReader& owner, Relationship& out);

// Who may open a break-glass grant: { name: j.keller, key: "ed25519:..." }.
Approver read_approver(config::MapReader& map);
// A grant that is closed until two approvers open it; they are named out of `known`.
Relationship read_break_glass(config::MapReader& map, const std::vector<Approver>& known);

// What relationships and grants share.
void read_common(config::MapReader& map, Relationship& out);
Selector required_selector(config::MapReader& map, std::string_view key);

Relationship read_relationship(config::MapReader& map);
Relationship read_grant(config::MapReader& map);
Veto read_veto(config::MapReader& map);
SignatureSet read_signatures(config::MapReader& map);

// "-40..120.5", or one number: bounds as wire::ordered_key.
std::optional<NumberRange> read_real_range(const config::Node& node, const std::string& object,
                                           config::Problems& problems);

// "7", "0-199" or "0..1500".
std::optional<NumberRange> read_range(const config::Node& node, uint32_t max,
                                      const std::string& object, config::Problems& problems);
// A list of those, or one. An empty list is a problem: it would open nothing.
std::vector<NumberRange> read_ranges(config::MapReader& map, std::string_view key, uint32_t max);

// "2/s", "10/min", "600/h burst 20". Left out, the burst is the count.
std::optional<Rate> read_rate(const config::Node& node, const std::string& object,
                              config::Problems& problems);

// `opaque` of an inspected service.
OpaqueTerms read_opaque_terms(const config::Node& node, const std::string& object,
                              config::Problems& problems);

// Reports each of `words` that is there: part of the language, not executed by this version.
void refuse_unexecuted(config::MapReader& map, std::initializer_list<std::string_view> words);
std::string unexecuted(std::string_view word);

// The full language's words for what a relationship or grant opens and requires.
void refuse_unexecuted_terms(config::MapReader& map);

}  // namespace bulkhead::policy
