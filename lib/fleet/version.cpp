// SPDX-License-Identifier: Apache-2.0
#include "fleet/version.h"

#include <algorithm>
#include <string_view>

namespace bulkhead::fleet {
namespace {

Error wrong(const std::string& sentence) {
  return {ErrorCode::kInvalid, "fleet version: " + sentence};
}

// UTF-8 is left to who shows it; control characters reach no terminal from here.
bool printable(const std::string& text) {
  return std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

Status check(const Grant& grant) {
  if (grant.name.empty()) return wrong("a grant has no name");
  if (Status ok = check_text("the name of a grant", grant.name, kMaxGrantName); !ok) return ok;
  if (Status ok = check_text("the author of a grant", grant.author, kMaxAuthor); !ok) return ok;
  if (grant.yaml.size() > kMaxGrantYaml) return wrong("a grant is longer than 64 KiB");
  return {};
}

Status check_grants(const std::vector<Grant>& grants) {
  if (grants.size() > kMaxGrants)
    return Error{ErrorCode::kExhausted, "fleet version: more than " + std::to_string(kMaxGrants) +
                                            " grants are in force beside the policy"};
  for (size_t i = 0; i < grants.size(); ++i) {
    if (Status ok = check(grants[i]); !ok) return ok;
    if (i > 0 && grants[i - 1].name >= grants[i].name)
      return wrong("grants are not in the order of their names, each once");
  }
  return {};
}

Status check_trial(const Version& version) {
  if (!version.trial) return {};
  if (version.confirmed) return wrong("it is on trial and confirmed");
  if (version.trial->former == 0 || version.trial->former >= version.number)
    return wrong("its way back does not lead to an older one");
  return {};
}

}  // namespace

Status check_text(const char* what, const std::string& text, size_t most) {
  if (text.size() > most)
    return Error{ErrorCode::kInvalid,
                 std::string(what) + " is longer than " + std::to_string(most) + " bytes"};
  if (!printable(text))
    return Error{ErrorCode::kInvalid, std::string(what) + " has control characters"};
  return {};
}

Status check(const Version& version) {
  if (version.number == 0 || version.number > kMaxNumber)
    return wrong("its number is out of range");
  if (version.gateway.empty()) return wrong("it names no gateway");
  const struct {
    const char* name;
    const std::string& text;
    size_t most;
  } texts[] = {{"gateway", version.gateway, kMaxGateway},
               {"author", version.author, kMaxAuthor},
               {"authentication", version.authentication, kMaxAuthor},
               {"action", version.action, kMaxAction},
               {"comment", version.comment, kMaxComment}};
  for (const auto& row : texts)
    if (Status ok = check_text(row.name, row.text, row.most); !ok)
      return std::move(ok).error().within("fleet version");
  if (Status ok = check_grants(version.grants); !ok) return ok;
  return check_trial(version);
}

std::vector<uint8_t> message_of(std::string_view context, std::span<const uint8_t> statement) {
  std::vector<uint8_t> message;
  message.reserve(context.size() + 1 + statement.size());
  message.assign(context.begin(), context.end());
  message.push_back(0);
  message.insert(message.end(), statement.begin(), statement.end());
  return message;
}

}  // namespace bulkhead::fleet
