// SPDX-License-Identifier: Apache-2.0
// Where enrolment puts things on a gateway, and as whom: the options, else DIR/control.yaml.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/pki_commands.h"
#include "enroll/credential_files.h"
#include "identity/spiffe_id.h"

namespace bulkhead::cli {

struct EnrollPlace {
  identity::SpiffeId subject;
  enroll::CredentialPaths paths;
  bool configured = false;  // DIR/control.yaml is there

  // The key of an offline request, until its response is accepted.
  [[nodiscard]] std::string requested_key() const { return paths.certificate + ".requested-key"; }
};

// Errors: kInvalid: no name, a name other than control.yaml's, or a control.yaml that does not
// read; kExists: a certificate is there and --force is not given.
Result<EnrollPlace> enroll_place(const EnrollArguments& arguments);

// What to do now, on standard output.
void print_next(const EnrollPlace& place, const enroll::NewCredentials& made);

// Of the owner's PKI directory; authority 0 is 1.
enroll::IssuingFiles issuing_files(const std::string& directory, int authority);

int fail(const char* command, const Error& error);

}  // namespace bulkhead::cli
