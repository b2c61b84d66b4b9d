// The features of the AI Platform, by name. Written from their definitions: change those, then run "npm run docs".

export interface Features {
  /**
   * Writes one kind of documentation of a repository from its files
   */
  'code-documentation': {
    input: {
      kind: 'architecture' | 'api' | 'database' | 'deployment' | 'onboarding' | 'data-flow' | 'security' | 'handoff'
      repository: {
        /**
         * As people know it, e.g. northwind/storefront
         */
        name: string
        provider?: 'github' | 'gitlab' | 'azure_devops'
        /**
         * @maxItems 20
         */
        languages?: string[]
        description?: string
      }
      /**
       * Files, findings and facts of the repository. The answer rests on these alone
       *
       * @minItems 1
       * @maxItems 60
       */
      sources: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        title?: string
        /**
         * The answer may link to it, and to nothing else
         */
        url?: string
        text: string
      }[]
    }
    output: string
  }
  /**
   * Finds the technical debt of a repository, weighs it and says what to do first
   */
  'code-debt-analysis': {
    input: {
      repository: {
        /**
         * As people know it, e.g. northwind/storefront
         */
        name: string
        provider?: 'github' | 'gitlab' | 'azure_devops'
        /**
         * @maxItems 20
         */
        languages?: string[]
        description?: string
      }
      /**
       * Files, findings and facts of the repository. The answer rests on these alone
       *
       * @minItems 1
       * @maxItems 60
       */
      sources: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        title?: string
        /**
         * The answer may link to it, and to nothing else
         */
        url?: string
        text: string
      }[]
      /**
       * What tools have found already
       *
       * @maxItems 200
       */
      findings?: {
        /**
         * The source that it is about
         */
        sourceId: string
        kind: 'dependency' | 'complexity' | 'duplication' | 'tests' | 'security' | 'documentation' | 'design'
        title: string
        severity: 'critical' | 'high' | 'medium' | 'low'
      }[]
    }
    /**
     * Technical debt of a repository, each item with its evidence
     */
    output: {
      summary: string
      /**
       * What to do first comes first
       *
       * @maxItems 40
       */
      items: {
        title: string
        kind: 'dependency' | 'complexity' | 'duplication' | 'tests' | 'security' | 'documentation' | 'design'
        severity: 'critical' | 'high' | 'medium' | 'low'
        recommendation: string
        effort: 'hours' | 'days' | 'weeks' | 'unknown'
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
    }
  }
  /**
   * Compares ways to bring a repository to a newer platform
   */
  'code-migration-paths': {
    input: {
      repository: {
        /**
         * As people know it, e.g. northwind/storefront
         */
        name: string
        provider?: 'github' | 'gitlab' | 'azure_devops'
        /**
         * @maxItems 20
         */
        languages?: string[]
        description?: string
      }
      /**
       * Files, findings and facts of the repository. The answer rests on these alone
       *
       * @minItems 1
       * @maxItems 60
       */
      sources: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        title?: string
        /**
         * The answer may link to it, and to nothing else
         */
        url?: string
        text: string
      }[]
      /**
       * Where it shall go: a platform, a version, a cloud
       */
      goal: string
      /**
       * What must hold on the way, e.g. no downtime
       *
       * @maxItems 20
       */
      constraints?: string[]
    }
    /**
     * Ways to migrate a repository, compared
     */
    output: {
      /**
       * The recommended one first
       *
       * @minItems 1
       * @maxItems 5
       */
      paths: {
        title: string
        /**
         * @minItems 1
         * @maxItems 20
         */
        steps: string[]
        effort: 'days' | 'weeks' | 'months' | 'unknown'
        risk: 'low' | 'medium' | 'high'
        /**
         * @maxItems 10
         */
        risks: string[]
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
      recommendation: string
      /**
       * What has to be known before one is chosen
       *
       * @maxItems 10
       */
      openQuestions: string[]
    }
  }
  /**
   * Says which regulations may apply to what a repository does with data, and why
   */
  'code-regulatory-classification': {
    input: {
      repository: {
        /**
         * As people know it, e.g. northwind/storefront
         */
        name: string
        provider?: 'github' | 'gitlab' | 'azure_devops'
        /**
         * @maxItems 20
         */
        languages?: string[]
        description?: string
      }
      /**
       * Files, findings and facts of the repository. The answer rests on these alone
       *
       * @minItems 1
       * @maxItems 60
       */
      sources: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        title?: string
        /**
         * The answer may link to it, and to nothing else
         */
        url?: string
        text: string
      }[]
      /**
       * Where it is used
       *
       * @maxItems 30
       */
      countries?: string[]
    }
    /**
     * Regulations that may apply, each with its evidence. No legal advice
     */
    output: {
      /**
       * Those that a source speaks for or against. No legal advice
       *
       * @maxItems 9
       */
      classes: {
        regulation: 'gdpr' | 'hipaa' | 'pci-dss' | 'sox' | 'ccpa' | 'glba' | 'ferpa' | 'nis2' | 'dora'
        applies: 'likely' | 'possibly' | 'unlikely'
        reason: string
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
      /**
       * Kinds of data that the sources show
       *
       * @maxItems 20
       */
      dataKinds: string[]
    }
  }
  /**
   * Names the files of a repository that whoever takes over has to know first
   */
  'code-critical-files': {
    input: {
      repository: {
        /**
         * As people know it, e.g. northwind/storefront
         */
        name: string
        provider?: 'github' | 'gitlab' | 'azure_devops'
        /**
         * @maxItems 20
         */
        languages?: string[]
        description?: string
      }
      /**
       * @minItems 1
       * @maxItems 300
       */
      files: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        path: string
        lines?: number
        /**
         * Commits of the last year that touch it
         */
        changes?: number
        /**
         * People who have changed it in the last year
         */
        authors?: number
        /**
         * Files that import it
         */
        dependents?: number
        excerpt?: string
      }[]
    }
    /**
     * Files that whoever takes over has to know, the most important first
     */
    output: {
      /**
       * The most important first
       *
       * @minItems 1
       * @maxItems 25
       */
      files: {
        path: string
        reason: string
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
    }
  }
  /**
   * Tells the review of an application in prose, for the people who decide
   */
  'code-review-narrative': {
    input: {
      repository: {
        /**
         * As people know it, e.g. northwind/storefront
         */
        name: string
        provider?: 'github' | 'gitlab' | 'azure_devops'
        /**
         * @maxItems 20
         */
        languages?: string[]
        description?: string
      }
      /**
       * Files, findings and facts of the repository. The answer rests on these alone
       *
       * @minItems 1
       * @maxItems 60
       */
      sources: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        title?: string
        /**
         * The answer may link to it, and to nothing else
         */
        url?: string
        text: string
      }[]
      /**
       * For whom it is told; default manager
       */
      reader?: 'engineer' | 'manager' | 'client'
    }
    output: string
  }
  /**
   * Suggests category, priority and resolution of a ticket by the closed tickets of the tenant
   */
  'ticket-suggest': {
    input: {
      ticket: {
        title: string
        text?: string
      }
      /**
       * The tenant's own categories. Nothing else is suggested
       *
       * @minItems 1
       * @maxItems 200
       */
      categories: string[]
      /**
       * The tenant's own priorities, the most urgent first
       *
       * @minItems 1
       * @maxItems 10
       */
      priorities: string[]
      /**
       * Closed tickets of the same tenant, by which the new one is judged: the newest, or those that a search finds
       *
       * @maxItems 300
       */
      closedTickets: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        title: string
        text?: string
        category: string
        priority: string
        /**
         * How it was solved, as it was written down
         */
        resolution?: string
      }[]
      /**
       * Below it nothing is suggested
       */
      leastConfidence?: number
    }
    /**
     * A suggestion for a new ticket. What is not clear enough is null
     */
    output: {
      category: {
        value: string
        confidence: number
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      } | null
      priority: {
        value: string
        confidence: number
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      } | null
      /**
       * What solved similar tickets
       */
      resolution: {
        text: string
        confidence: number
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      } | null
      /**
       * Why this is suggested, or why nothing is
       */
      reason: string
    }
  }
  /**
   * Reports on the root cause of a ticket: a time line, hypotheses with their evidence, and open questions
   */
  'proposal-generate': {
    input: {
      /**
       * The ticket itself
       */
      ticket: {
        /**
         * What it is: "RMM device"
         */
        name: string
        title: string
        /**
         * @maxItems 250
         */
        facts: {
          /**
           * How the answer refers to it
           */
          id: string
          label: string
          text: string
        }[]
      }
      /**
       * Device, asset, detections: what was found beside it
       *
       * @maxItems 8
       */
      records: {
        /**
         * What it is: "RMM device"
         */
        name: string
        title: string
        /**
         * @maxItems 250
         */
        facts: {
          /**
           * How the answer refers to it
           */
          id: string
          label: string
          text: string
        }[]
      }[]
      /**
       * What could not be read, and why
       *
       * @maxItems 8
       */
      unread: {
        name: string
        reason: string
      }[]
    }
    /**
     * The report on the root cause of a ticket, each statement with the facts it rests on
     */
    output: {
      /**
       * What happened when, in the order of time
       *
       * @maxItems 40
       */
      timeline: {
        at: string
        text: string
        /**
         * Ids of the facts it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
      /**
       * @maxItems 12
       */
      hypotheses: {
        statement: string
        state: 'supported' | 'contradicted' | 'open'
        /**
         * Facts that speak for it, or against it. Empty only for an open one
         *
         * @maxItems 20
         */
        evidence: string[]
      }[]
      /**
       * What has to be found out next
       *
       * @maxItems 15
       */
      openQuestions: {
        question: string
        /**
         * Ids of the facts it rests on
         *
         * @maxItems 20
         */
        evidence: string[]
      }[]
    }
  }
  /**
   * Chooses among values that were found about a company or a contact, and its industry from a list
   */
  'data-enrichment': {
    input: {
      kind: 'company' | 'contact'
      /**
       * Of the company, or of the person
       */
      name: string
      companyName: string
      /**
       * What an industry is chosen from
       *
       * @maxItems 500
       */
      industries: string[]
      /**
       * @minItems 1
       * @maxItems 120
       */
      candidates: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        field:
          | 'industry'
          | 'employees'
          | 'website'
          | 'linkedIn'
          | 'phone'
          | 'description'
          | 'foundedYear'
          | 'address'
          | 'vatId'
          | 'jobTitle'
        value: string
        /**
         * As it stands on the page
         */
        quote: string
        page: string
      }[]
    }
    /**
     * What is chosen among the values that were found. Nothing can be added to them
     */
    output: {
      /**
       * Of fields for which the pages say several things: the one that is right
       *
       * @maxItems 20
       */
      choices: {
        field:
          | 'industry'
          | 'employees'
          | 'website'
          | 'linkedIn'
          | 'phone'
          | 'description'
          | 'foundedYear'
          | 'address'
          | 'vatId'
          | 'jobTitle'
        /**
         * Id of the candidate
         */
        candidate: string
      }[]
      /**
       * Null when the texts do not say it
       */
      industry: {
        /**
         * One of the list
         */
        value: string
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      } | null
    }
  }
  /**
   * Sums up a call from its transcript, with what has to be done, by whom and until when
   */
  'call-recap': {
    input: {
      call: {
        id: string
        startedAt: string
        subject?: string
      }
      /**
       * What was said, in its order
       *
       * @minItems 1
       * @maxItems 2000
       */
      segments: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        /**
         * Seconds from the beginning of the call
         */
        at: number
        speaker: string
        text: string
      }[]
    }
    /**
     * The recap of a call, each sentence with the segments it rests on
     */
    output: {
      /**
       * What the call was about, what was found and what was agreed
       *
       * @maxItems 10
       */
      summary: {
        sentence: string
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
      /**
       * @maxItems 30
       */
      actionItems: {
        what: string
        /**
         * A speaker of the call; null when nobody took it on
         */
        owner: string | null
        /**
         * As it was said
         */
        due: string | null
        /**
         * Seconds from the beginning of the call, to listen to it
         */
        at: number
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
    }
  }
  /**
   * Explains a client's invoice and what has changed since the month before, with figures that were recomputed
   */
  'billing-explanation': {
    input: {
      client: {
        name: string
      }
      currency: string
      invoice: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        period: string
        /**
         * @minItems 1
         * @maxItems 200
         */
        lines: {
          /**
           * How the answer refers to it: a path, a number, a key
           */
          id: string
          product: string
          quantity: string
          unitPrice: string
          /**
           * As the invoice says it
           */
          amount: string
        }[]
        /**
         * Of the lines, without tax, as the invoice says it
         */
        total: string
      }
      /**
       * The invoice of the month before. Left out: nothing is compared
       */
      previous?: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        period: string
        /**
         * @minItems 1
         * @maxItems 200
         */
        lines: {
          /**
           * How the answer refers to it: a path, a number, a key
           */
          id: string
          product: string
          quantity: string
          unitPrice: string
          /**
           * As the invoice says it
           */
          amount: string
        }[]
        /**
         * Of the lines, without tax, as the invoice says it
         */
        total: string
      }
    }
    /**
     * An invoice explained, and what has changed since the month before. Every figure was recomputed
     */
    output: {
      /**
       * Evidence names what was computed: total, amount:<line>, sum:<invoice>, new:<line>, gone:<line>, quantity:<line> or price:<line>
       *
       * @minItems 1
       * @maxItems 60
       */
      sentences: {
        text: string
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
    }
  }
  /**
   * Tells the events of an investigation as the narrative of an attack, each sentence with its evidence
   */
  'attack-narrative': {
    input: {
      investigation: {
        id: string
        title: string
      }
      /**
       * @minItems 1
       * @maxItems 300
       */
      events: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        at: string
        kind:
          | 'process-started'
          | 'file-written'
          | 'network-connection'
          | 'logon'
          | 'privilege-change'
          | 'persistence-created'
          | 'credential-access'
          | 'data-sent'
          | 'detection'
        device: string
        user?: string
        process?: string
        parentProcess?: string
        commandLine?: string
        /**
         * The file, host, address or key that it was done to
         */
        target?: string
        /**
         * Of a logon: where it came from
         */
        fromDevice?: string
        technique?: {
          id: string
          name: string
        }
      }[]
    }
    /**
     * The narrative of an attack, each sentence with the events it rests on
     */
    output: {
      /**
       * What happened, in the order of time
       *
       * @minItems 1
       * @maxItems 60
       */
      sentences: {
        text: string
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
      /**
       * Techniques of MITRE ATT&CK that the events name
       *
       * @maxItems 60
       */
      techniques: {
        id: string
        name: string
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
    }
  }
}

export type FeatureName = keyof Features
